// Makes an empty project in a temporary directory and installs the packed tarball into it, as a host does.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Installs the package and what `specs` name. The project is removed when this process exits. */
export function packedProject(...specs) {
  const directory = mkdtempSync(join(tmpdir(), 'conversation-store-package-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const run = (command, ...args) => execFileSync(command, args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const install = (...more) => run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...more)
  const pack = ['pack', '--json', '--loglevel=error', '--pack-destination', directory]
  const [{ filename, files }] = JSON.parse(execFileSync('npm', pack, { encoding: 'utf8' }))
  writeFileSync(join(directory, 'package.json'), '{ "name": "empty-project", "private": true }\n')
  install(`./${filename}`, ...specs)
  return { directory, files: files.map(({ path }) => path), run, install }
}
