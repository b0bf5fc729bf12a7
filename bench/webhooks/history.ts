import { hostedDatabases } from '../../test/webhooks/hosted/databases.js'
import { historyFigures, historyOwners } from '../../test/webhooks/hosted/history-figures.js'
import type { Figure, TakeFigures } from '../comparison.js'

const messages = 10_000

/** Posts a body of 10,000 messages of the past to a host, and tells what the host takes for it. */
export const takeWebhooksHistory: TakeFigures = async ({ postgresUrl, mongoUrl }) => {
  const figures: Figure[] = []
  for (const [engine, url] of [
    ['PostgreSQL', postgresUrl],
    ['MongoDB', mongoUrl],
  ] as const) {
    for (const threads of [100, 1]) {
      const database = await hostedDatabases[engine](url, historyOwners)
      try {
        const { bodyBytes, statements, inUse, resident, residentByDefault, stored } = await historyFigures(database, { messages, threads })
        if (stored !== messages) throw new Error(`${engine}: ${stored} messages were stored`)
        const of = `${engine}, ${threads === 1 ? 'one customer' : `${threads} customers`}`
        const unit = '× the body'
        figures.push(
          { title: `${of}: statements`, value: statements, unit: 'statements', atMost: (15 * messages) / 1_000, note: sizeOf(bodyBytes) },
          { title: `${of}: in use`, value: inUse, unit, atMost: 8, note: 'the most that a collection left when a statement was sent' },
          { title: `${of}: resident`, value: resident, unit, atMost: 8, note: 'with `--max-old-space-size=80`, above a host at work' },
          { title: `${of}: resident by default`, value: residentByDefault, unit, note: 'V8 lets garbage lie while there is room' },
        )
      } finally {
        await database.drop()
      }
    }
  }
  return { title: `A body of ${messages.toLocaleString('en')} messages of the past, over HTTP`, figures }
}

function sizeOf(bytes: number): string {
  return `the body has ${(bytes / 1_000_000).toFixed(1)} MB`
}
