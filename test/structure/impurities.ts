import ts from 'typescript';

/** Globals that reach beyond the arguments of a function: machine, network, clock, chance. */
const impureGlobals = new Set([
  'process',
  'globalThis',
  'fetch',
  'console',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
]);

const impureCalls = new Set(['Date.now', 'Math.random', 'Date']);

/** Modules of Node that compute and do nothing else. */
const pureNodeModules = new Set(['node:buffer', 'node:crypto', 'node:util', 'node:zlib']);

/** What a module takes from the world instead of from its caller, by line. */
export function impurities(text: string): readonly string[] {
  const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const impurity = impurityOf(node);
    if (impurity !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push(`${line + 1}: ${impurity}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Whether a pure module may import this one. */
export function isPureImport(specifier: string): boolean {
  return !specifier.startsWith('node:') || pureNodeModules.has(specifier);
}

function impurityOf(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) {
    return impureGlobals.has(node.text) && !isName(node) ? node.text : undefined;
  }
  if (ts.isNewExpression(node)) {
    const readsClock = node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0;
    return readsClock ? 'new Date()' : undefined;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const called = node.expression.getText();
  return impureCalls.has(called) ? `${called}()` : undefined;
}

/** The name of a field or of something declared here, not a use of the global. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return 'name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}
