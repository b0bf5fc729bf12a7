import { describe, test } from 'vitest'
import { hosts } from './hosts.js'
import { adopted, tellStory } from './story.js'
import { scenes } from './story-scenes.js'

tellStory(1_000, 120_000)

describe.each(hosts)('in a legacy database that was adopted on %s', (_, open) => {
  // The look-up of one customer takes any index there is only where the table is worth it.
  test.each(Object.entries(scenes))('%s', { timeout: 120_000 }, async (name, scene) => {
    const host = await open()
    await adopted(host, name.startsWith('explain') ? 300 : 100)
    await scene(host)
  })
})
