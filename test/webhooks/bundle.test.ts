import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Treats each source file as loaded, although the package declares that none has side effects. The package has one file
 * for all webhooks, so whatever runs while that file loads stays in everybody's bundle.
 */
const allLoaded: Plugin = {
  name: 'all-loaded',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => ({ path: resolve(resolveDir, path.replace(/\.js$/, '.ts')), sideEffects: true }))
  },
}

/** The files of the webhooks of which some code stays in the bundle of a host's module. */
async function filesIn(hostModule: string): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: hostModule, resolveDir: root },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    absWorkingDir: root,
    plugins: [allLoaded],
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const kept = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file)
  return kept.filter((file) => file.startsWith('src/webhooks/')).toSorted()
}

/** Their folders below `src/webhooks`. */
async function foldersIn(hostModule: string): Promise<readonly string[]> {
  const folders = (await filesIn(hostModule)).map((file) => dirname(file))
  return [...new Set(folders)].filter((folder) => folder !== 'src/webhooks')
}

test('a channel that the host does not import is left out of its bundle', async () => {
  expect(await foldersIn("import './src/webhooks/index.js'")).toEqual([])
})

test.each([
  ['whatsapp', ['protocols', 'reading', 'reading/whatsapp', 'signatures', 'whatsapp']],
  ['instagram', ['instagram', 'protocols', 'reading', 'reading/messaging', 'signatures']],
  ['twilio', ['protocols', 'reading', 'signatures', 'twilio']],
  ['telegram', ['protocols', 'reading', 'signatures', 'telegram']],
  ['zalo', ['protocols', 'reading', 'signatures', 'zalo']],
  ['evolution', ['evolution', 'protocols', 'reading', 'signatures']],
  ['widget', ['protocols', 'reading', 'signatures', 'widget']],
  ['dialog360', ['dialog360', 'protocols', 'reading', 'reading/whatsapp', 'signatures']],
])('a host that imports %s has that channel alone in its bundle', async (channel, folders) => {
  expect(await foldersIn(`import { ${channel} } from './src/webhooks/index.js'; console.log(${channel})`)).toEqual(
    folders.map((folder) => `src/webhooks/${folder}`),
  )
})

test('a host that ingests has no other channel in its bundle than the one that goes by its name too', async () => {
  const hostModule = "import { ingestWebhook } from './src/webhooks/index.js'; console.log(ingestWebhook)"
  const folders = ['ingesting', 'messenger', 'protocols', 'reading', 'reading/messaging', 'signatures']
  expect(await foldersIn(hostModule)).toEqual(folders.map((folder) => `src/webhooks/${folder}`))
})

test('a handler brings the protocol of its own channel alone', async () => {
  const hostModule = `import { createWebhookHandler, messenger } from './src/webhooks/index.js'
    console.log(createWebhookHandler({ store: {}, channel: messenger }))`
  const kept = await filesIn(hostModule)
  expect(kept.filter((file) => file.includes('/protocols/'))).toEqual(['src/webhooks/protocols/meta.ts'])
  expect(kept.filter((file) => /(twilio|zalo|telegram|evolution|dialog360|header|to-node-handler)/.test(file))).toEqual([])
})
