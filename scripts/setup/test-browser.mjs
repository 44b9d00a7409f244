import { existsSync } from 'node:fs';
import { say } from './say.mjs';
import { bringSystemPackages } from './system-packages.mjs';

/** Where Debian, Fedora and Homebrew put Chromium, and people Chrome. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/homebrew/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser that tests of the web page drive; undefined where there is none. */
export function browserProgram() {
  return places.find((file) => existsSync(file));
}

/** Installs Chromium where it is missing and this user may: for the suite `browser` alone, as it is large. */
export function bringTestBrowser() {
  const why = bringSystemPackages({
    name: 'Chromium for tests',
    isThere: () => browserProgram() !== undefined,
    packages: {
      // Without the fonts, a fresh container has none at all.
      'apt-get': ['chromium', 'fonts-dejavu-core'],
      dnf: ['chromium'],
      brew: ['chromium'],
    },
  });
  if (why !== undefined) say(`tests in a browser are skipped; to have them: ${why}`);
}
