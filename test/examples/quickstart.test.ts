import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Returns what the demo prints. The demo keeps its database in the directory in which it runs. */
async function demo(cwd: string): Promise<string> {
  const env = { ...process.env, TSX_TSCONFIG_PATH: `${root}tsconfig.json` }
  const tsx = `${root}node_modules/tsx/dist/cli.mjs`
  const { stdout } = await promisify(execFile)(process.execPath, [tsx, `${root}examples/quickstart/demo.ts`], { cwd, env })
  return stdout
}

test('the demo stores its events once, counts what its table shows, and keeps to 100 columns', { timeout: 180_000 }, async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'conversation-store-demo-'))
  onTestFinished(() => rm(cwd, { recursive: true, force: true }))
  const first = await demo(cwd)
  expect(first).toMatch(/^ {2}12-after-closing +ingested +1 stored, 1 conversation opened$/m)

  const second = await demo(cwd)
  const shown = [...second.matchAll(/\b(\d+) (?:duplicate|without effect)/g)].map(([, count]) => Number(count))
  const [, counted] = /^All (\d+) events were duplicates/m.exec(second) ?? []
  expect(shown.reduce((sum, count) => sum + count, 0)).toBe(Number(counted))
  expect(second).toContain('nothing changed')

  const lines = `${first}${second}`.split('\n')
  expect(lines.filter((line) => line.length > 100)).toEqual([])
})
