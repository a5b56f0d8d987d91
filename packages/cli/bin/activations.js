#!/usr/bin/env node
const { main } = require('../dist/index.js');

void main(process.argv).then((code) => {
  process.exitCode = code;
});
