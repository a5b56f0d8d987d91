// Where Chromium is, for what drives the page of `activations watch`. Alone it prints the answer, which nx's cache keys on.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** $CHROMIUM, or where systems have it; undefined where it is not installed. */
export const chromiumPath = () => [process.env.CHROMIUM, ...PLACES].find((place) => place && existsSync(place));

/** It talks to nobody but the page. */
export const CHROMIUM_ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(chromiumPath() ?? 'none');
