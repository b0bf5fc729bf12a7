import { describe, expect, test } from 'vitest'
import { circlesIn, readImports } from './read-imports.js'
import { importedDrivers, loadedAtStart, wrongDirections } from './rooms.js'
import { sourceFiles } from './source-files.js'

const files = sourceFiles('src')

describe('the imports of the library', () => {
  const imports = readImports(files)

  test('are read from every file', () => {
    expect(files.size).toBeGreaterThan(300)
    for (const { to } of imports) if (to.startsWith('src/')) expect(files.has(to), to).toBe(true)
  })

  test('go one way, from room to room and within a room', () => {
    expect(wrongDirections(imports)).toEqual([])
  })

  test('have no circle, types included', () => {
    expect(circlesIn(imports)).toEqual([])
  })

  test('name no driver but where the library opens a database itself', () => {
    expect(importedDrivers(imports)).toEqual([])
  })

  test('let the command load an engine and the platform only where it comes to them', () => {
    expect(loadedAtStart(imports)).toEqual([])
  })

  test('leave nothing but the public face in the room of the migrations', () => {
    expect([...files.keys()].filter((path) => path.startsWith('src/migrations/')).sort()).toEqual([
      'src/migrations/index.ts',
      'src/migrations/migration-config.ts',
    ])
  })
})

test('the kernel of the migrator knows no platform and no tenants, and the schemas of the engines know no platform', () => {
  for (const [path, text] of files) {
    if (path.startsWith('src/migrator/kernel/')) expect(text, path).not.toMatch(/platform|public|tenant|client_configs/i)
    if (/^src\/(mongo|postgres)\/schema\//.test(path)) expect(text, path).not.toMatch(/platform|client_configs/i)
  }
})

describe('a made-up house', () => {
  const imports = (files: Readonly<Record<string, string>>) => readImports(new Map(Object.entries(files)))

  test('is read by all the ways in which a file can import another', () => {
    const text = `
      import { a } from './a.js'
      import type { B } from './b.js'
      import { type C } from './c.js'
      import { d, type D } from './d.js'
      import './e.js'
      export { f } from './f.js'
      export type { G } from './g.js'
      export const h = async () => import('./h.js')
      export type I = import('./i.js').I
      import pg from 'pg'`
    expect(imports({ 'src/model/all.ts': text }).map(({ to, kind }) => `${kind} ${to}`)).toEqual([
      'value src/model/a.ts',
      'type src/model/b.ts',
      'type src/model/c.ts',
      'value src/model/d.ts',
      'value src/model/e.ts',
      'value src/model/f.ts',
      'type src/model/g.ts',
      'lazy src/model/h.ts',
      'type src/model/i.ts',
      'value pg',
    ])
  })

  test('is found out with a circle of types alone, and with one through an import that is loaded late', () => {
    const types = imports({
      'src/store/a.ts': "import type { B } from './b.js'\nexport interface A { readonly b: B }",
      'src/store/b.ts': "export interface B { readonly a: import('./c.js').C }",
      'src/store/c.ts': "import type { A } from './a.js'\nexport type C = A",
      'src/store/d.ts': "import type { A } from './a.js'\nexport type D = A",
    })
    expect(circlesIn(types)).toEqual(['src/store/a.ts -> src/store/b.ts -> src/store/c.ts -> src/store/a.ts'])
    const late = imports({
      'src/store/a.ts': "export const a = async () => import('./b.js')",
      'src/store/b.ts': "import { a } from './a.js'\nexport const b = a",
      'src/store/c.ts': "import { c } from './c.js'",
    })
    expect(circlesIn(late)).toEqual(['src/store/a.ts -> src/store/b.ts -> src/store/a.ts', 'src/store/c.ts -> src/store/c.ts'])
    expect(circlesIn(types.filter(({ from }) => from !== 'src/store/c.ts'))).toEqual([])
  })

  test.each([
    ['model', 'src/model/errors.ts', '../store/retry.js'],
    ['an adapter', 'src/postgres/clock.ts', '../mongo/clock.js'],
    ['the kernel of the migrator', 'src/migrator/kernel/target.ts', '../databases.js'],
    ['the migrator', 'src/migrator/migrate.ts', '../platform/mongo/migrations.js'],
    ['the root', 'src/index.ts', './postgres/index.js'],
    ['a schema', 'src/postgres/schema/steps.ts', '../operations/mark-read.js'],
    ['a function', 'src/postgres/functions/mark-read.ts', '../schema/tables.js'],
    ['an operation', 'src/mongo/operations/mark-read.ts', '../migrator/ledger.js'],
    ['what channels share', 'src/webhooks/reading/times.ts', '../messenger/normalizer.js'],
    ['a channel', 'src/webhooks/telegram/normalizer.ts', '../messenger/normalizer.js'],
    ['the handler', 'src/webhooks/handler/options.ts', '../messenger/normalizer.js'],
    ['a protocol', 'src/webhooks/protocols/meta.ts', '../messenger/normalizer.js'],
    ['the journal', 'src/webhooks/journal/keep-body.ts', '../messenger/normalizer.js'],
    ['a source of history', 'src/sync/graph/read-message.ts', '../../webhooks/messenger/normalizer.js'],
    ['a channel', 'src/webhooks/messenger/normalizer.ts', '../../sync/source.js'],
    ['the planner', 'src/model/planning/world.ts', '../validation/parse.js'],
    ['a room that nobody has listed', 'src/attic/box.ts', '../model/errors.js'],
  ])('is found out when %s imports what it may not', (_, from, specifier) => {
    expect(wrongDirections(imports({ [from]: `import type { A } from '${specifier}'` }))).toEqual([expect.stringContaining(`${from} -> `)])
  })

  test('may import along its direction', () => {
    const files = {
      'src/postgres/schema/steps.ts':
        "import { a } from '../functions/mark-read.js'\nimport { b } from '../../migrator/kernel/checksum.js'",
      'src/platform/postgres/databases.ts': "import { c } from '../../postgres/names.js'",
      'src/cli/open-migrator.ts': "export const d = () => import('../platform/postgres/databases.js')",
      'src/webhooks/messenger/normalizer.ts': "import { g } from './replies.js'\nimport { h } from '../reading/times.js'",
      'src/sync/graph/schemas.ts': "import { i } from '../../webhooks/reading/fields.js'",
      'src/index.ts': "import { e } from './create-conversation-store.js'\nimport { f } from './store/retry.js'",
    }
    expect(wrongDirections(imports(files))).toEqual([])
    expect(loadedAtStart(imports(files))).toEqual([])
  })

  test('is found out when an adapter imports a driver, and when the command loads the platform at its start', () => {
    expect(importedDrivers(imports({ 'src/postgres/drivers.ts': "import type { Pool } from 'pg'" }))).toEqual([
      'src/postgres/drivers.ts -> pg',
    ])
    expect(loadedAtStart(imports({ 'src/cli/main.ts': "import { MIGRATIONS } from '../platform/mongo/migrations.js'" }))).toEqual([
      'src/cli/main.ts -> src/platform/mongo/migrations.ts',
    ])
  })
})
