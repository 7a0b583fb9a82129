import { testScenarios } from "./matrix.ts";

testScenarios("stop");
