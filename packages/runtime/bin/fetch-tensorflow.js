#!/usr/bin/env node
require('../dist/fetch/cli.js');
