import { posix } from 'node:path'
import ts from 'typescript'

/** One import of a file: of another file by its path, or of a package by its name. */
export interface Import {
  readonly from: string
  readonly to: string
  /**
   * A `type` import is gone once it is compiled. A `lazy` one (`import('…')`) is loaded when the program gets to it.
   */
  readonly kind: 'value' | 'type' | 'lazy'
}

/**
 * Returns what the files import, in whichever way: by statements, re-exports, `import('…')`, and types such as
 * `import('…').Name`.
 */
export function readImports(files: ReadonlyMap<string, string>): readonly Import[] {
  return [...files].flatMap(([from, text]) => {
    const found: Import[] = []
    const note = (specifier: ts.Node | undefined, kind: Import['kind']) => {
      if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push({ from, to: target(from, specifier.text), kind })
    }
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node)) note(node.moduleSpecifier, isTypeOnly(node.importClause) ? 'type' : 'value')
      else if (ts.isExportDeclaration(node)) note(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value')
      else if (ts.isImportTypeNode(node)) note(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, 'type')
      else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) note(node.arguments[0], 'lazy')
      ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile(from, text, ts.ScriptTarget.ESNext))
    return found
  })
}

/** True for `import type { A }`, and for `import { type A }`, of which nothing is left after compiling either. */
function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const { name, namedBindings } = clause
  return (
    name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.length > 0 &&
    namedBindings.elements.every((element) => element.isTypeOnly)
  )
}

function target(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts') : specifier
}

/**
 * Returns each circle that a walk along the imports meets, as its files in order with the first one again at the end.
 */
export function circlesIn(imports: readonly Import[]): readonly string[] {
  const targets = new Map<string, string[]>()
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to])
  const circles = new Set<string>()
  const done = new Set<string>()
  const walk = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file)
    if (start >= 0) circles.add([...way.slice(start), file].join(' -> '))
    if (start >= 0 || done.has(file)) return
    for (const to of targets.get(file) ?? []) walk(to, [...way, file])
    done.add(file)
  }
  for (const file of targets.keys()) walk(file, [])
  return [...circles]
}
