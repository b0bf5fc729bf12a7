import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Treats each source file as loaded, because the package has one file for all of the sync. */
const allLoaded: Plugin = {
  name: 'all-loaded',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
      resolveDir.includes('node_modules') ? null : { path: resolve(resolveDir, path.replace(/\.js$/, '.ts')), sideEffects: true },
    )
  },
}

/** The source files of which some code stays in the bundle of a host's module. */
async function filesIn(hostModule: string, plugins: Plugin[] = []): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: hostModule, resolveDir: root },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    absWorkingDir: root,
    plugins,
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file)
}

test.each([
  ['the core', './src/index.ts'],
  ['webhooks', './src/webhooks/index.ts'],
  ['PostgreSQL', './src/postgres/index.ts'],
  ['the memory store', './src/memory/index.ts'],
])('a host that imports %s has nothing of the sync in its bundle', async (_, path) => {
  const files = await filesIn(`import * as all from '${path}'; console.log(all)`)
  expect(files.length).toBeGreaterThan(10)
  expect(files.filter((file) => file.startsWith('src/sync/'))).toEqual([])
})

test('a host that reads history from Graph has no channel, no signature and no adapter in its bundle', async () => {
  const files = await filesIn("import { graphHistory } from './src/sync/index.ts'; console.log(graphHistory)")
  expect(files).toContain('src/sync/graph/graph-history.ts')
  const rooms = new Set(files.filter((file) => file.startsWith('src/')).map((file) => file.split('/').slice(1, -1).join('/')))
  expect([...rooms].toSorted()).toEqual([
    'model',
    'model/validation',
    'store',
    'sync',
    'sync/graph',
    'webhooks/reading',
    'webhooks/reading/messaging',
  ])
})

test('a host that reads another source has nothing of Graph in its bundle', async () => {
  const files = await filesIn("import './src/sync/index.ts'", [allLoaded])
  expect(files.filter((file) => file.startsWith('src/sync/'))).toEqual([])
})
