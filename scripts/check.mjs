// Runs every check that needs no tests, the cheapest first, and stops at the first failure.
import { spawnSync } from 'node:child_process'

const STEPS = [
  ['format and lint', 'biome', 'check', '--error-on-warnings'],
  ['types', 'tsc', '--noEmit'],
  ['unused files, exports and dependencies', 'knip'],
  ['lockfiles', 'node', 'scripts/check-lockfile.mjs'],
  ['build', 'tsup', '--silent'],
  ['public surface', 'node', 'scripts/api-report.mjs'],
  ['package.json against the build', 'publint', '--strict'],
  ['types as each kind of importer sees them', 'attw', '--pack', '.', '--profile', 'strict', '--format', 'table-flipped'],
  ['size', 'size-limit'],
  ['the packed package in an empty project', 'node', 'scripts/check-package.mjs'],
]

for (const [title, command, ...args] of STEPS) {
  console.log(`\n— ${title}`)
  const started = Date.now()
  // `npm run` has put node_modules/.bin on the PATH.
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) {
    console.error(`\n${title}: failed (${[command, ...args].join(' ')})${error ? `: ${error.message}` : ''}`)
    process.exit(1)
  }
  console.log(`  ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
console.log('\nAll checks passed.')
