import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const DIRECTORY = '.changeset'
// A Markdown formatter takes the front matter for a heading, and the release then stops at the file that it rewrote.
const CHANGESET = /^---\n"conversation-store": (major|minor|patch)\n---\n\n\S/

it('every changeset has front matter that the release can read', () => {
  const files = readdirSync(DIRECTORY).filter((file) => file.endsWith('.md') && file !== 'README.md')
  const unreadable = files.filter((file) => !CHANGESET.test(readFileSync(`${DIRECTORY}/${file}`, 'utf8')))
  expect(unreadable).toEqual([])
})
