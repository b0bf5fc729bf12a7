// The README's code comes from files that are compiled, linted and run: each ```ts block is a whole file of
// examples/snippets.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'

const FOLDER = 'examples/snippets'

/** Returns what is wrong with the README's code blocks. */
export function readmeProblems() {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code.trim())
  if (blocks.length === 0) return ['README.md has no ```ts block']
  const files = snippetFiles()
  return [
    ...blocks
      .filter((code) => !files.some(({ source }) => source.trim() === code))
      .map((code) => `README.md: this block is no file of ${FOLDER}:\n${code}\n`),
    ...files
      .filter(({ source }) => !blocks.includes(source.trim()))
      .map(({ name }) => `README.md: no block is ${FOLDER}/${name}.ts, letter by letter`),
  ]
}

/**
 * Returns every snippet twice, as an ES module and as CommonJS, with the names of the packages that it needs, and
 * whether it needs a server.
 */
export function snippetsAsModules() {
  return snippetFiles().flatMap(({ name, source }) => {
    const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' })
    const needs = [...source.matchAll(/['"](pg|mongodb|@electric-sql\/pglite)['"]/g)].map(([, driver]) => driver)
    if (source.includes('pglite:')) needs.push('@electric-sql/pglite')
    const needsServer = source.includes('process.env')
    return [
      { name: `${name}.mjs`, code, needs, needsServer },
      { name: `${name}.cjs`, code: toCommonJs(code), needs, needsServer },
    ]
  })
}

function snippetFiles() {
  const names = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'))
  return names.sort().map((file) => ({ name: file.slice(0, -3), source: readFileSync(join(FOLDER, file), 'utf8') }))
}

/** CommonJS has no top-level await, so the body moves into a function, as a CommonJS host would write it. */
function toCommonJs(code) {
  const requires = []
  const body = code
    .replace(/^import\s+([^"]*?)\s+from\s+"([^"]+)";$/gm, (_, names, from) => {
      requires.push(`const ${names.replace(/^\* as /, '').replace(/ as /g, ': ')} = require('${from}')`)
      return ''
    })
    .replace(/^import\s+"([^"]+)";$/gm, "require('$1');")
    .replace(/^export \{[^}]*\};?$/gm, '')
    .replace(/^export /gm, '')
  return `${requires.join('\n')}\nvoid (async () => {\n${body}\n})().catch((error) => {\n  console.error(error)\n  process.exitCode = 1\n})\n`
}
