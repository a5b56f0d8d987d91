#!/usr/bin/env node
// A closed pipe or terminal must not end a run that is writing its checkpoint.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

const { main } = require('../dist/index.js');

void main(process.argv).then((code) => {
  process.exitCode = code;
});
