// Installs the packed tarball into an empty project, as a host would, and proves there that it brings zod and nothing
// else, that its links lead somewhere, that no entry point loads a driver, that hosts can compile and bundle it, and
// that every snippet of the README runs.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleForPostgres } from './bundle-for-postgres.mjs'
import { node10Problems } from './node10-types.mjs'
import { packedProject } from './packed-project.mjs'
import { readmeProblems, snippetsAsModules } from './readme-snippets.mjs'
import { brokenLinks } from './shipped-links.mjs'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const problems = readmeProblems()
if (problems.length > 0) fail(problems.join('\n'))

const { directory: project, files, run, install } = packedProject()

const installed = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))
if (installed.sort().join() !== 'conversation-store,zod') fail(`the package brings ${installed.join(', ')}`)
console.log('  brings zod and nothing else')

const broken = brokenLinks(files)
if (broken.length > 0) fail(`these links lead to no file of the package, or to no heading:\n${broken.join('\n')}`)
console.log('  every link in its documents leads to a file of the package')

// No driver is installed here, so an entry point that loads one while it starts fails.
const entryPoints = Object.keys(manifest.exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => subpath.replace(/^\./, manifest.name))
for (const entry of entryPoints) {
  run('node', '--input-type=module', '--eval', `await import('${entry}')`)
  run('node', '--input-type=commonjs', '--eval', `require('${entry}')`)
}
console.log('  every entry point loads without a driver, as ES module and as CommonJS')

const OPEN_BY_URL = "createConversationStore({ url: 'memory:' }).migrate().then(() => console.log('opened'))"
for (const [type, bring] of [
  ['module', "import { createConversationStore } from 'conversation-store'"],
  ['commonjs', "const { createConversationStore } = require('conversation-store')"],
]) {
  const said = run('node', `--input-type=${type}`, '--eval', `${bring}\n${OPEN_BY_URL}`).trim()
  if (said !== 'opened') fail(`a store opened by URL in a ${type} says ${said}`)
}
console.log('  a store opens by URL, as ES module and as CommonJS')

const unresolved = node10Problems(project, entryPoints)
if (unresolved.length > 0) fail(`types under moduleResolution node10:\n${unresolved.join('\n')}`)
console.log('  every entry point has types for CommonJS with node10 resolution')

const version = run('npx', '--no-install', 'conversation-store', '--version').trim()
if (!version.includes(manifest.version)) fail(`conversation-store --version says ${version}`)
const env = { ...process.env, MONGODB_URI: 'mongodb://127.0.0.1:1/chat' }
const { status, stderr } = spawnSync('npx', ['--no-install', 'conversation-store', 'status'], { cwd: project, env, encoding: 'utf8' })
if (status !== 1 || !stderr.includes('npm install mongodb')) fail(`without a driver the command says ${stderr}`)
console.log('  the command runs, and names the driver that it needs')

const driver = (name) => `${name}@${manifest.devDependencies[name]}`
install(driver('pg'))
console.log(`  esbuild bundles a program on PostgreSQL with pg alone: ${await bundleForPostgres(project)}`)

install(...Object.keys(manifest.peerDependencies).map(driver))
// Snippets that need a server run with the tests, which have one.
const snippets = snippetsAsModules().filter(({ needsServer }) => !needsServer)
for (const { name, code } of snippets) {
  // Each snippet has a directory of its own, because it may keep an embedded database beside it.
  const directory = join(project, name)
  mkdirSync(directory)
  const file = join(directory, name)
  writeFileSync(file, code)
  try {
    execFileSync('node', [file], { cwd: directory, encoding: 'utf8', timeout: 120_000, stdio: 'pipe' })
  } catch (error) {
    fail(`README snippet ${name} failed:\n${error.stdout}${error.stderr}`)
  }
}
console.log(`  ${snippets.length / 2} snippets ran, as ES modules and as CommonJS`)

function fail(message) {
  console.error(message)
  process.exit(1)
}
