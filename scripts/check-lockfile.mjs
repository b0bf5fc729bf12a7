// Checks that a fresh clone stays clean after `npm install`, because npm would write the same lockfiles again. Run it
// after the packages are installed.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const copy = mkdtempSync(join(tmpdir(), 'conversation-store-lockfile-'))
process.on('exit', () => rmSync(copy, { recursive: true, force: true }))
const folders = ['.', 'bench', 'test/prisma/6', 'test/prisma/7']
for (const folder of folders) mkdirSync(join(copy, folder), { recursive: true })
const install = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
for (const folder of folders) {
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(folder, file), join(copy, folder, file))
}
for (const folder of folders) {
  execFileSync('npm', install, { cwd: join(copy, folder), stdio: ['ignore', 'ignore', 'inherit'] })
  const lockfile = join(folder, 'package-lock.json')
  if (readFileSync(lockfile, 'utf8') === readFileSync(join(copy, lockfile), 'utf8')) continue
  console.error(`npm install would change ${lockfile}: run it, then \`npm run lockfile\`, and commit what they write`)
  process.exit(1)
}
