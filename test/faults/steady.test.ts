import { testScenarios } from "./matrix.ts";

testScenarios("steady");
