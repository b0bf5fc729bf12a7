// Runs the benchmarks after installing what bench/ needs. With --check it runs everything about them except the
// measuring. With --only=backfill it measures the adoption's backfill, whose words are its rows, rounds and engine, and
// with --only=inbox-migration a move, whose words are its conversations and engine. Other arguments are passed on.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const BENCH = ['--prefix', 'bench']
const passedOn = process.argv.slice(2)

// Install scripts are left out, because Prisma's would fetch an engine that its client no longer needs.
if (!isInstalled()) run('npm', 'ci', ...BENCH, '--ignore-scripts', '--no-audit', '--no-fund')
run('npm', 'run', 'generate', ...BENCH, '--if-present', '--silent')
if (passedOn.includes('--check')) run('tsc', '--noEmit', '-p', 'bench')
// The benchmarks measure what hosts install, which is the build and not the sources as tsx compiles them.
run('tsup', '--silent')
const apart = ['backfill', 'inbox-migration'].find((name) => passedOn.includes(`--only=${name}`))
const rest = passedOn.filter((word) => word !== `--only=${apart}`)
run('tsx', '--tsconfig', 'bench/tsconfig.run.json', apart === undefined ? 'bench/run.ts' : `bench/${apart}/index.ts`, ...rest)

/** Whether bench/node_modules holds the versions of its lockfile. */
function isInstalled() {
  const installed = 'bench/node_modules/.package-lock.json'
  if (!existsSync(installed)) return false
  const { packages: found } = JSON.parse(readFileSync(installed, 'utf8'))
  const { packages: wanted } = JSON.parse(readFileSync('bench/package-lock.json', 'utf8'))
  return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || found[path]?.version === version)
}

function run(command, ...args) {
  // `npm run` has put node_modules/.bin on the PATH.
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error) console.error(error.message)
  if (status !== 0) process.exit(status ?? 1)
}
