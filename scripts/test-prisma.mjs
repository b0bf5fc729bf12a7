// Runs the tests with real Prisma clients and engines, after installing what test/prisma needs. Arguments are passed on
// to vitest.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

for (const folder of ['test/prisma/6', 'test/prisma/7']) {
  // Install scripts are left out, because Prisma's would fetch engines that these tests do without.
  if (!isInstalled(folder)) run('npm', 'ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund')
  run('npm', 'run', 'generate', '--prefix', folder, '--silent')
}
run('vitest', 'run', ...process.argv.slice(2))

/** Whether a folder's node_modules holds the versions of its lockfile. */
function isInstalled(folder) {
  const installed = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(installed)) return false
  const { packages: found } = JSON.parse(readFileSync(installed, 'utf8'))
  const { packages: wanted } = JSON.parse(readFileSync(`${folder}/package-lock.json`, 'utf8'))
  return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || found[path]?.version === version)
}

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, PRISMA: '1' } })
  if (error) console.error(error.message)
  if (status !== 0) process.exit(status ?? 1)
}
