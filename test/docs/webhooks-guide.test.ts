import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { freePort } from '../servers/scratch.js'
import { sourceFiles } from '../structure/source-files.js'
import { blocksOf, followGuide, misquoted, root } from './follow-guide.js'

const page = readFileSync(`${root}docs/webhooks.md`, 'utf8')
const env = { ...process.env, META_APP_SECRET: undefined, WEBHOOK_VERIFY_TOKEN: undefined }

describe('the guide of webhooks', () => {
  test('prints what it says, command by command', { timeout: 120_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBeGreaterThan(6)
    expect(blocks.filter(({ kind }) => kind !== 'sh').length).toBeGreaterThan(5)
    await followGuide(blocks, { port: await freePort(), path: '/webhook', env })
  })

  test('finds a command that prints something else', { timeout: 120_000 }, async () => {
    const wrong = blocksOf('```sh\necho one\n```\n\n```text\ntwo\n```\n')
    await expect(followGuide(wrong, { port: 0, path: '/webhook', env })).rejects.toThrow('two')
  })

  test('quotes what the handler says', () => {
    const { quoted, wrong } = misquoted(page, [...sourceFiles('src/webhooks').values(), ...sourceFiles('src/http').values()])
    expect(quoted).toBeGreaterThan(8)
    expect(wrong).toEqual([])
  })
})
