import { copyFile, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fakeMigrator } from './fake-migrator.js'
import { run, scratchDirectory } from './run-in-process.js'
import { commandBundle, execute, nodeModules, runCommand, source } from './run-process.js'

// These tests need no server, because each command ends before it asks one, or asks none.
describe('the process', () => {
  test('reads .env by Node, and what the environment has comes before it', async () => {
    const cwd = await scratchDirectory({ '.env': 'MONGODB_URI=mongodb://127.0.0.1:9/none\nMIGRATION_BATCH_SIZE="none"\n' })
    expect(await runCommand(['list'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('MIGRATION_BATCH_SIZE must be'),
    })
    expect((await runCommand(['list'], { cwd, env: { MIGRATION_BATCH_SIZE: '5' } })).exitCode).toBe(0)
  })

  test('lists the built-in migrations of both engines without a server', async () => {
    const cwd = await scratchDirectory()
    const mongo = await runCommand(['list', '--platform'], { cwd, env: { MONGODB_URI: 'mongodb://127.0.0.1:9' } })
    expect(mongo.exitCode, mongo.stderr).toBe(0)
    for (const name of ['client-configs', 'config', 'conversations', 'messages'])
      expect(mongo.stdout).toContain(`001-create-${name}-collection`)
    const postgres = await runCommand(['list', '--json'], { cwd, env: { DATABASE_URL: 'postgres://127.0.0.1:9/none' } })
    expect(postgres.exitCode, postgres.stderr).toBe(0)
    expect(JSON.parse(postgres.stdout).report.migrations.length).toBeGreaterThan(0)
  })

  // npm removes the `--` and pnpm passes it on. Otherwise the script gets the same arguments.
  test('is a dry run as npm runs it, and as pnpm does', async () => {
    const tsx = join(nodeModules, '.bin/tsx')
    const script = `"${tsx}" "${source}" migrate`
    const config = 'export const config = { dryRun: false, batchSize: 0 }'
    const cwd = await scratchDirectory({
      'package.json': JSON.stringify({ name: 'host', private: true, scripts: { migrate: script } }),
      'conversation-store.config.mjs': config,
    })
    const npm = await execute('npm', ['run', 'migrate', '--', '--dry-run', '--concurrency=0'], { cwd })
    const pnpm = await execute('sh', ['-c', `${script} "$@"`, 'sh', '--', '--dry-run', '--concurrency=0'], { cwd })
    const kept = await execute('npm', ['run', 'migrate', '--dry-run'], { cwd })
    // If the flag after --dry-run is refused, then both were read as flags.
    for (const { exitCode, stderr } of [npm, pnpm]) {
      expect(exitCode).toBe(2)
      expect(stderr).toContain('concurrency must be a whole number from 1 to 100')
    }
    expect(kept.exitCode).toBe(2)
    expect(kept.stderr).toContain('npm run migrate -- --dry-run')
    const { migrator, asked } = fakeMigrator()
    await run(['migrate', '--', '--dry-run'], { migrator })
    expect(asked).toMatchObject([{ options: { dryRun: true } }])
  })
})

describe('a configuration in TypeScript', () => {
  const files = {
    'conversation-store.config.ts':
      "import { size } from './size.js'\nenum Pool { Least = size }\nexport const config = { minPoolSize: Pool.Least as number }",
    'size.ts': 'export const size: number = -1',
  }

  // The file uses syntax and imports that need the compiler. With every version, Node can read more of that by itself.
  test('is read through the tsx of the project', async () => {
    const cwd = await scratchDirectory(files)
    await symlink(nodeModules, join(cwd, 'node_modules'))
    expect(await runCommand(['list'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('minPoolSize must be a whole number'),
    })
  })

  test('says what to install where there is no tsx', async () => {
    const cwd = await scratchDirectory(files)
    expect(await runCommand(['list'], { cwd })).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('npm install tsx') })
  })
})

test.each([
  ['mongodb', { MONGODB_URI: 'mongodb://127.0.0.1:9/none' }],
  ['pg', { DATABASE_URL: 'postgres://127.0.0.1:9/none' }],
])('without the driver %s it says what to install', async (driver, env) => {
  const cwd = await scratchDirectory()
  const bundle = join(cwd, 'cli.mjs')
  await copyFile(await commandBundle(), bundle)
  await mkdir(join(cwd, 'node_modules'))
  await symlink(join(nodeModules, 'zod'), join(cwd, 'node_modules/zod'))
  expect(await runCommand(['migrate'], { cwd, env, bundle })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`npm install ${driver}`),
  })
})
