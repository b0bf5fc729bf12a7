// The README's code is taken from files that are compiled, linted and run: each ```ts block equals a file in examples/snippets, or a
// part of one between `// #region` and `// #endregion`.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'

const FOLDER = 'examples/snippets'

/** What is wrong with the README's code blocks; nothing as long as there is no README. */
export function readmeProblems() {
  if (!existsSync('README.md')) return []
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code.trim())
  if (blocks.length === 0) return ['README.md has no ```ts block']
  const regions = new Set(snippetFiles().flatMap(({ source }) => regionsOf(source)))
  return blocks.filter((code) => !regions.has(code)).map((code) => `README.md: this block is in no file of ${FOLDER}:\n${code}\n`)
}

/** Every snippet twice, as an ES module and as CommonJS, with the names of the packages that it needs. */
export function snippetsAsModules() {
  return snippetFiles().flatMap(({ name, source }) => {
    const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' })
    const needs = [...source.matchAll(/['"](pg|mongodb|@electric-sql\/pglite)['"]/g)].map(([, driver]) => driver)
    if (source.includes('pglite:')) needs.push('@electric-sql/pglite')
    return [
      { name: `${name}.mjs`, code, needs },
      { name: `${name}.cjs`, code: toCommonJs(code), needs },
    ]
  })
}

function snippetFiles() {
  if (!existsSync(FOLDER)) return []
  const names = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'))
  return names.sort().map((file) => ({ name: file.slice(0, -3), source: readFileSync(join(FOLDER, file), 'utf8') }))
}

function regionsOf(source) {
  const parts = [...source.matchAll(/^[ \t]*\/\/ #region.*\n([\s\S]*?)^[ \t]*\/\/ #endregion/gm)].map(([, part]) => part)
  return [source, ...parts].map((part) => dedent(part).trim())
}

function dedent(text) {
  const lines = text.split('\n')
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const common = Math.min(...indents)
  return lines.map((line) => line.slice(common)).join('\n')
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
