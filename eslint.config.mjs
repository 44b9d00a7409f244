import boundaries from 'eslint-plugin-boundaries';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { observers, programs, rooms } from './scripts/rooms.mjs';

const roomFolders = Object.keys(rooms);

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', '.venv/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Brackets mark a key of somebody else's JSON, dots a field of ours.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-empty': 'error',
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'No enums: a union of strings.' },
        {
          selector: 'ThrowStatement > NewExpression[callee.name="Error"]',
          message: 'No bare Error: fault() of core/error, or a built-in subclass for a defect.',
        },
        {
          selector:
            'CallExpression[callee.name="generateKeyPairSync"]:not(:has(Identifier[name="privateKeyEncoding"]))',
          message: 'Node 20 may hang on a key that is not read anew: test/kit/key-pair.ts.',
        },
        {
          selector:
            ':matches(ImportDeclaration, ImportExpression) > Literal[value=/^\\.{1,2}\\/.*(?<!\\.(tsx?|mjs|json))$/]',
          message: 'Relative imports name the file with its extension.',
        },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    rules: {
      // These do not see the casts of JSDoc; the compiler does.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    // A plain script has no types at all.
    files: ['example-repo/**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  directions(),
  nobodyImportsPrograms(),
  {
    // What these print is for whoever runs them.
    files: ['{test,bench,example-repo}/**/*.ts', 'scripts/**/*.mjs'],
    rules: { 'no-console': 'off' },
  },
);

/** The arrows of scripts/rooms.mjs. */
function directions() {
  const folders = [...roomFolders, ...observers];
  /** @type {(from: string, to: readonly string[]) => object} */
  const allow = (from, to) => ({
    from: { element: { type: from } },
    allow: { to: { element: { types: { anyOf: to } } } },
  });
  return {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': folders.map((folder) => ({
        type: folder,
        partialMatch: false,
        pattern: `${folder}/**`,
      })),
      'boundaries/dependency-nodes': ['import', 'export', 'require', 'dynamic-import'],
      'import/resolver': { node: { extensions: ['.ts', '.tsx', '.mjs'] } },
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            ...Object.entries(rooms).map(([room, others]) => allow(room, [room, ...others])),
            ...observers.map((observer) => allow(observer, folders)),
            {
              from: { element: { type: 'cli' } },
              allow: {
                to: { element: { types: { anyOf: programs } } },
                dependency: { nodeKind: 'dynamic-import' },
              },
            },
            { allow: { to: { module: { origin: ['external', 'core'] } } } },
          ],
        },
      ],
    },
  };
}

/**
 * A second fence around the programs, by the text of the import alone: it holds even where a path
 * does not resolve.
 */
function nobodyImportsPrograms() {
  return {
    files: roomFolders.map((room) => `${room}/**/*.{ts,tsx}`),
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: programs.map((program) => ({
            regex: `^(\\.\\./)+${program}/`,
            message: `Nobody imports ${program}/: it is a program (docs/architecture.md).`,
          })),
        },
      ],
    },
  };
}
