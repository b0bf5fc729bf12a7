// Runs vitest, then prints which servers ran, which cases of the contract were left out and why, and, as its last line,
// `N passed, N failed`. Arguments are passed on to vitest, except for --stress (the slow suite instead of the quick
// one) and --short (a scale that a continuous integration run can afford).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const own = ['--stress', '--short']
const passedOn = process.argv.slice(2).filter((argument) => !own.includes(argument))
const stress = process.argv.includes('--stress')
const short = process.argv.includes('--short')

const work = mkdtempSync(join(tmpdir(), 'conversation-store-run-'))
const resultFile = join(work, 'result.json')
const serversFile = join(work, 'servers.json')
const require = createRequire(import.meta.url)

const env = { ...process.env, TEST_SERVERS_FILE: serversFile }
if (stress) env.STRESS = '1'
if (short) env.STRESS_SCALE = 'small'
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`]
const vitest = join(require.resolve('vitest/package.json'), '..', 'vitest.mjs')
const run = spawn(process.execPath, [vitest, 'run', ...reporters, ...passedOn], { stdio: 'inherit', env })
// A SIGTERM to this process is meant for the tests. A Ctrl-C reaches them by itself, and this process stays to print
// the results that there are.
process.on('SIGTERM', () => run.kill('SIGTERM')).on('SIGINT', () => {})
const [status] = await once(run, 'exit')

printServers(readJson(serversFile))
const result = readJson(resultFile)
const leftOut = reasonsOfLeftOut(result)
printLeftOut(leftOut)
const { passed, failed, skipped } = count(result, status)
if (skipped > leftOut.length) console.log(`${skipped - leftOut.length} skipped`)
rmSync(work, { recursive: true, force: true })
for (const name of failures(result)) console.log(`failed: ${name}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

function count(result, status) {
  const passed = result?.numPassedTests ?? 0
  const brokenFiles = (result?.testResults ?? []).filter(isBroken)
  let failed = (result?.numFailedTests ?? 0) + brokenFiles.length
  // A crash, an error outside any test, or a run that found nothing to do counts as a failure.
  if (failed === 0 && (status !== 0 || passed === 0)) failed = 1
  return { passed, failed, skipped: (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0) }
}

/** A file that could not even be loaded has no tests to fail. */
function isBroken({ status, assertionResults }) {
  return status === 'failed' && assertionResults.length === 0
}

/** Names each failed test and its first line of text, because a log is often read from its end. */
function failures(result) {
  const firstLine = (text) =>
    String(text ?? '')
      .split('\n', 1)[0]
      .slice(0, 300)
  return (result?.testResults ?? []).flatMap((file) => {
    const tests = file.assertionResults.filter(({ status }) => status === 'failed')
    const path = relative(process.cwd(), file.name)
    return [
      ...tests.map(({ fullName, failureMessages }) => `${path}: ${fullName}: ${firstLine(failureMessages[0])}`),
      ...(isBroken(file) ? [`${path}: ${firstLine(file.message)}`] : []),
    ]
  })
}

/**
 * Returns the reason for each case of the contract that its backend can't run. `runContract` puts the reason into the
 * test's title.
 */
function reasonsOfLeftOut(result) {
  const tests = (result?.testResults ?? []).flatMap((file) => file.assertionResults)
  return tests.flatMap(({ title }) => /^left out \((.*?)\): /.exec(title)?.[1] ?? [])
}

function printLeftOut(reasons) {
  if (reasons.length === 0) return
  const counts = [...new Set(reasons)].map((reason) => `${reasons.filter((each) => each === reason).length} as ${reason}`)
  console.log(`${reasons.length} cases of the contract left out: ${counts.join(', ')}`)
}

function printServers(servers) {
  console.log('\nServers of this run')
  console.log('  memory            in this process')
  console.log(`  PGlite            ${pgliteVersion()}, in this process`)
  const titles = {
    postgres: 'PostgreSQL',
    postgres12: 'PostgreSQL, old',
    pgbouncer: 'PgBouncer',
    mongoReplicaSet: 'MongoDB, set',
    mongoStandalone: 'MongoDB, alone',
  }
  for (const [name, title] of Object.entries(titles)) {
    const server = servers?.[name]
    const state = server === undefined ? 'not started' : server.url === null ? `absent: ${server.reason}` : server.version
    console.log(`  ${title.padEnd(17)} ${state}`)
  }
  console.log('')
}

function pgliteVersion() {
  const entry = require.resolve('@electric-sql/pglite')
  return readJson(join(entry, '..', '..', 'package.json'))?.version ?? 'unknown'
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
