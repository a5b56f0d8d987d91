module.exports = {
  ...require('./jest.config.cjs'),
  displayName: 'cli in Chromium',
  // A browser on a busy machine.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/src/**/*.browser.ts'],
};
