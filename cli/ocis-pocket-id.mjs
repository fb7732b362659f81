#!/usr/bin/env node
// Committed as executable. What the compiler writes anew is not, and `npx` in a checkout would be refused.
import "./bin/cli/main.js";
