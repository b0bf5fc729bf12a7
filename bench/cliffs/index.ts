import { loadavg } from 'node:os'
import { openEngines } from './engines.js'
import { measureFolds } from './folds.js'
import { measureReactions } from './reactions.js'
import { measureUnread } from './unread.js'
import { measureWatermarks } from './watermarks.js'

const parts = { folds: measureFolds, reactions: measureReactions, unread: measureUnread, watermarks: measureWatermarks } as const

// Without arguments every part is measured. `npm run figure:cliffs -- folds` measures one.
const named = process.argv.slice(2)
const engines = await openEngines()
try {
  for (const [name, measure] of Object.entries(parts)) {
    if (named.length > 0 && !named.includes(name)) continue
    await measure(engines)
    console.log(`load ${loadavg()[0]?.toFixed(1)}`)
  }
} finally {
  await engines.close()
}
