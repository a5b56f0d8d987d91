import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// Dependencies point one way: each package may import those before it, never those after it.
const layers = [
  ['runtime', '@cuda-activations/runtime'],
  ['cuda-activations', 'cuda-activations'],
  ['models', '@cuda-activations/models'],
  ['experiments', '@cuda-activations/experiments'],
  ['cli', '@cuda-activations/cli'],
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/build/**', '**/generated/**', '**/node_modules/**', '**/.nx/**', '**/test-results/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly',
        require: 'readonly', module: 'writable', exports: 'writable', __dirname: 'readonly', performance: 'readonly', fetch: 'readonly',
      },
    },
  },
  ...layers.map(([folder], position) => ({
    files: [`packages/${folder}/src/**/*.ts`, `packages/${folder}/experiments/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: layers.slice(position + 1).map(([, name]) => ({
            group: [name, `${name}/*`],
            message: `dependencies point one way: ${folder} must not import ${name}`,
          })),
        },
      ],
    },
  })),
);
