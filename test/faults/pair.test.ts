import { testScenarios } from "./matrix.ts";

testScenarios("pair");
