import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands/commands.js'
import type { Option } from '../../src/cli/options/option.js'
import { runOptions } from '../../src/cli/options/run-options.js'
import { flagsTable, settingsList, settingsTable, withPart } from './documented-options.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

// With -u, vitest writes the pages as they ought to be.
describe('the docs say of the options what the table of options says', () => {
  test('where each may be said, and what it is', async () => {
    const file = `${root}docs/migrations/configuration.md`
    const page = await readFile(file, 'utf8')
    await expect(withPart(withPart(page, 'settings', settingsTable()), 'meanings', settingsList())).toMatchFileSnapshot(file)
  })

  test('which flags there are', async () => {
    const file = `${root}docs/migrations/cli.md`
    const page = await readFile(file, 'utf8')
    await expect(withPart(page, 'flags', flagsTable())).toMatchFileSnapshot(file)
  })

  test('in lines of at most 120 columns', () => {
    const lines = [settingsTable(), settingsList(), flagsTable()].join('\n').split('\n')
    expect(lines.filter(({ length }) => length > 120)).toEqual([])
  })

  test('and .env.example has every variable', async () => {
    const text = await readFile(`${root}.env.example`, 'utf8')
    const variables = Object.values<Option<unknown>>(runOptions).flatMap(({ variable }) => variable ?? [])
    // The variable of the other engine is in the file as a comment.
    expect(Object.keys(parseEnv(text.replace(/^# (?=[A-Z_]+=)/gm, ''))).sort()).toEqual(variables.sort())
  })
})

test('the docs have a line for each command', async () => {
  const page = await readFile(`${root}docs/migrations/cli.md`, 'utf8')
  const documented = [...page.matchAll(/^\| `([a-z][a-z: -]*?)(?: [[<][a-z]+[\]>])?` +\|/gm)].map(([, name]) => name)
  expect(documented).toEqual(commands.map(({ name }) => name))
})
