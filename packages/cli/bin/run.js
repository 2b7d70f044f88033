#!/usr/bin/env node
// Written so that Node versions from long ago can parse it: nothing is imported before the check.
var MINIMUM = [22, 12];

var found = process.versions.node.split('.').map(Number);
var tooOld = found[0] < MINIMUM[0] || (found[0] === MINIMUM[0] && found[1] < MINIMUM[1]);

if (tooOld) {
  console.error(
    'Error: dunnage needs Node.js ' +
      MINIMUM.join('.') +
      ' or later; this is ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\n' +
      'Install a current Node.js from https://nodejs.org/ or with your version manager, and run this again.',
  );
  process.exit(3);
} else {
  import('../dist/main.js').then(
    function (program) {
      return program.main(process.argv.slice(2));
    },
    function (error) {
      console.error('Error: dunnage could not be loaded: ' + error.message);
      console.error(
        'In a clone of the source, run "npm ci && npm run build" first; else install it anew.',
      );
      process.exit(3);
    },
  );
}
