import { testScenarios } from "./matrix.ts";

testScenarios("recovery");
