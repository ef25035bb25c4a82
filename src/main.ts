#!/usr/bin/env node
/** The program: everything is in the rooms, and `cli` puts them together. */
import { main } from './cli/main.ts';

await main();
