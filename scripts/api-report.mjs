// Writes the public surface of each subpath to api/<subpath>.api.md, from the declarations of the build, so that a
// review shows each change of it. With --check it writes nothing and fails where a report differs from the build.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'

const REPORTS = 'api'
const DIST = resolve('dist')
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const entries = Object.entries(manifest.exports).filter(([subpath]) => !subpath.endsWith('.json'))
const files = entries.map(([, conditions]) => resolve(conditions.import.types))
const program = ts.createProgram(files, { module: ts.ModuleKind.NodeNext, noLib: true, types: [] })
const checker = program.getTypeChecker()
const printer = ts.createPrinter({ removeComments: true })

const subpaths = entries.map(([subpath], at) => {
  const source = program.getSourceFile(files[at]) ?? fail(`${files[at]} is missing. Run \`npm run build\` first.`)
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
  return {
    specifier: subpath.replace(/^\./, manifest.name),
    file: `${subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-')}.api.md`,
    exported: new Map(symbols.map((symbol) => [originOf(symbol), symbol.name])),
  }
})

const reports = new Map(subpaths.map((subpath) => [subpath.file, reportOf(subpath)]))
const present = existsSync(REPORTS) ? readdirSync(REPORTS) : []
const stale = [...new Set([...present, ...reports.keys()])].filter((file) => reports.get(file) !== contentOf(file))
if (stale.length > 0 && process.argv.includes('--check')) {
  fail(`The public surface is not what ${REPORTS}/ says of it: ${stale.join(', ')}.\nRun \`npm run api\` and commit the result.`)
}
mkdirSync(REPORTS, { recursive: true })
for (const file of stale) {
  if (reports.has(file)) writeFileSync(join(REPORTS, file), reports.get(file))
  else rmSync(join(REPORTS, file))
  console.log(`${join(REPORTS, file)} ${reports.has(file) ? 'written' : 'removed'}`)
}

function reportOf({ specifier, exported }) {
  const named = new Map([...exported].map(([symbol, name]) => [name, symbol]))
  const imported = new Map()
  // Hosts compile against these as well: an exported type uses them, though no subpath exports them.
  const unnamed = new Map()
  const exports = textsOf(named, 'export ')
  // The map grows while it is gone over, because an unnamed type may use others.
  const rest = textsOf(unnamed, '')
  const imports = [...imported].map(([name, from]) => `import type { ${name} } from '${from}'`).sort()
  return [
    `# The public surface of \`${specifier}\``,
    'This file is written by `npm run api`. A change of it is a change of what hosts compile against.',
    fenced([...(imports.length > 0 ? [imports.join('\n')] : []), ...exports]),
    ...(rest.length > 0 ? ['## Used above, and exported by no subpath', fenced(rest)] : []),
  ]
    .join('\n\n')
    .concat('\n')

  function textsOf(symbols, prefix) {
    const texts = new Map()
    for (const [name, symbol] of symbols) texts.set(name, textOf(symbol, prefix, nameOf))
    return [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  }

  /** What the report calls a declaration of the build, which the bundler may have renamed: `C`, `Options$1`. */
  function nameOf(symbol) {
    const own = exported.get(symbol)
    if (own !== undefined) return own
    const home = subpaths.find((subpath) => subpath.exported.has(symbol))
    if (home) return noted(imported, home.exported.get(symbol), home.specifier)
    const dependency = dependencyOf(symbol)
    if (dependency) return noted(imported, symbol.name, dependency)
    return noted(unnamed, symbol.name.replace(/\$\d+$/, ''), symbol)
  }

  function noted(names, name, meaning) {
    const taken = [named, imported, unnamed].some((all) => all.has(name) && all.get(name) !== meaning)
    if (taken) fail(`The report of ${specifier} would call two different things ${name}. Give one of them another name.`)
    names.set(name, meaning)
    return name
  }
}

/** The declarations of a symbol without their comments, each name in them replaced by what `nameOf` says. */
function textOf(symbol, prefix, nameOf) {
  const renamed = (context) => (root) => {
    const visit = (node) => {
      // Which fields a function takes out of its argument at once is no matter of its callers.
      if (ts.isObjectBindingPattern(node)) return ts.factory.createIdentifier('input')
      if (!ts.isIdentifier(node)) return ts.visitEachChild(node, visit, context)
      const used = originOf(checker.getSymbolAtLocation(node))
      return isTopLevel(used) ? ts.factory.createIdentifier(nameOf(used)) : node
    }
    return visit(root)
  }
  const texts = symbol.declarations.map((declaration) => {
    const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
    const [root] = ts.transform(statement, [renamed]).transformed
    return printer.printNode(ts.EmitHint.Unspecified, root, declaration.getSourceFile())
  })
  return texts.map((text) => prefix + text.replace(/^(export )?(declare )?/, '')).join('\n')
}

/** The declaration behind an import or an export; of what a dependency exports, the import. */
function originOf(symbol) {
  return symbol && symbol.flags & ts.SymbolFlags.Alias && !dependencyOf(symbol) ? checker.getAliasedSymbol(symbol) : symbol
}

/** The package that an import names, where that is not one of our own files. */
function dependencyOf(symbol) {
  const from = ts.findAncestor(symbol.declarations?.[0], ts.isImportDeclaration)?.moduleSpecifier.text
  return from?.startsWith('.') ? undefined : from
}

function isTopLevel(symbol) {
  const declaration = symbol?.declarations?.[0]
  if (!declaration?.getSourceFile().fileName.startsWith(DIST)) return false
  return ts.isSourceFile(declaration.parent) || ts.isVariableDeclaration(declaration) || dependencyOf(symbol) !== undefined
}

function fenced(texts) {
  return `\`\`\`ts\n${texts.join('\n\n')}\n\`\`\``
}

function contentOf(file) {
  return existsSync(join(REPORTS, file)) ? readFileSync(join(REPORTS, file), 'utf8') : undefined
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
