// Installs the packed tarball into an empty project, as a host would, and proves there that it brings zod and nothing else, that no
// entry point loads a driver, and that every snippet of the README runs, as an ES module and as CommonJS.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readmeProblems, snippetsAsModules } from './readme-snippets.mjs'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const problems = readmeProblems()
if (problems.length > 0) fail(problems.join('\n'))

const project = mkdtempSync(join(tmpdir(), 'conversation-store-package-'))
process.on('exit', () => rmSync(project, { recursive: true, force: true }))
const inProject = (command, ...args) =>
  execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
const install = (...specs) => inProject('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...specs)

const [{ filename }] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', project], { encoding: 'utf8' }),
)
writeFileSync(join(project, 'package.json'), '{ "name": "empty-project", "private": true }\n')
install(`./${filename}`)

const installed = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))
if (installed.sort().join() !== 'conversation-store,zod') fail(`the package brings ${installed.join(', ')}`)
console.log('  brings zod and nothing else')

// No driver is there to be found, so an entry point that loads one while it starts fails here.
for (const subpath of Object.keys(manifest.exports)) {
  const entry = subpath.replace(/^\./, manifest.name)
  if (entry.endsWith('.json')) continue
  inProject('node', '--input-type=module', '--eval', `await import('${entry}')`)
  inProject('node', '--input-type=commonjs', '--eval', `require('${entry}')`)
}
console.log('  every entry point loads without a driver, as ES module and as CommonJS')

const version = inProject('npx', '--no-install', 'conversation-store', '--version').trim()
if (!version.includes(manifest.version)) fail(`conversation-store --version says ${version}`)
const { status, stderr } = spawnSync('npx', ['--no-install', 'conversation-store', 'status'], { cwd: project, encoding: 'utf8' })
if (status !== 1 || !stderr.includes('npm install mongodb')) fail(`without a driver the command says ${stderr}`)
console.log('  the command runs, and names the driver that it needs')

const snippets = snippetsAsModules()
const drivers = Object.keys(manifest.peerDependencies).filter((name) => snippets.some(({ needs }) => needs.includes(name)))
if (drivers.length > 0) install(...drivers.map((name) => `${name}@${manifest.devDependencies[name]}`))
for (const { name, code } of snippets) {
  // Each in a directory of its own: a snippet may keep an embedded database beside it.
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
console.log(snippets.length > 0 ? `  ${snippets.length / 2} snippets ran, as ES modules and as CommonJS` : '  no snippets yet')

function fail(message) {
  if (project !== undefined && existsSync(project)) rmSync(project, { recursive: true, force: true })
  console.error(message)
  process.exit(1)
}
