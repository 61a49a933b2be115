module.exports = {
  preset: '@lwc/jest-preset',
  moduleNameMapper: {
    '^c/(.+)$': '<rootDir>/force-app/main/default/lwc/$1/$1',
    '^lightning/(.+)$': '<rootDir>/force-app/test/jest-mocks/lightning/$1',
  },
  setupFilesAfterEnv: ['voxev/jest'],
};
