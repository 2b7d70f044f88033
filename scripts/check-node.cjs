// Ends the npm script that runs it when Node is too old, before anything fails in less clear ways.
// Plain ES5, so that any Node can parse it.
'use strict';

var REQUIRED = [22, 12];

var have = process.versions.node.split('.').map(Number);
var tooOld = have[0] < REQUIRED[0] || (have[0] === REQUIRED[0] && have[1] < REQUIRED[1]);

if (tooOld) {
  console.error(
    [
      'Dunnage needs Node.js ' + REQUIRED.join('.') + ' or newer; this is ' + process.version + '.',
      'On 64-bit Linux `npm ci` brings one for these scripts: run it first, without --omit=optional.',
      'Elsewhere install one, for example from https://nodejs.org/en/download, and try again.',
    ].join('\n'),
  );
  process.exit(1);
}
