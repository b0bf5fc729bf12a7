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

/** The folders of the webhooks of which some code stays in the bundle of a host's module. */
async function foldersIn(hostModule: string): Promise<readonly string[]> {
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
  const kept = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => dirname(file))
  return [...new Set(kept)].filter((folder) => folder.startsWith('src/webhooks/')).toSorted()
}

test('a channel that the host does not import is left out of its bundle', async () => {
  expect(await foldersIn("import './src/webhooks/index.js'")).toEqual([])
})

test.each([
  ['whatsapp', ['src/webhooks/reading', 'src/webhooks/reading/whatsapp', 'src/webhooks/whatsapp']],
  ['instagram', ['src/webhooks/instagram', 'src/webhooks/reading', 'src/webhooks/reading/messaging']],
  ['twilio', ['src/webhooks/reading', 'src/webhooks/twilio']],
  ['telegram', ['src/webhooks/reading', 'src/webhooks/telegram']],
  ['zalo', ['src/webhooks/reading', 'src/webhooks/zalo']],
  ['evolution', ['src/webhooks/evolution', 'src/webhooks/reading']],
  ['widget', ['src/webhooks/reading', 'src/webhooks/widget']],
  ['dialog360', ['src/webhooks/dialog360', 'src/webhooks/reading', 'src/webhooks/reading/whatsapp']],
])('a host that imports %s has that channel alone in its bundle', async (channel, folders) => {
  expect(await foldersIn(`import { ${channel} } from './src/webhooks/index.js'; console.log(${channel})`)).toEqual(folders)
})

test('a host that ingests has no other channel in its bundle than the one that goes by its name too', async () => {
  const hostModule = "import { ingestWebhook } from './src/webhooks/index.js'; console.log(ingestWebhook)"
  expect(await foldersIn(hostModule)).toEqual(['src/webhooks/messenger', 'src/webhooks/reading', 'src/webhooks/reading/messaging'])
})
