import { testScenarios } from "./matrix.ts";

testScenarios("start");
