import type { OpenComparison, TakeFigures } from '../comparison.js'
import { openWebhooksMongo } from '../webhooks/mongo.js'
import { openMongoBulk, takeMongoBulkCommands } from './bulk.js'
import { openMongoEvents } from './events.js'
import { openMongoGrowth } from './growth.js'
import { takeMongoHotConversation } from './hot-conversation.js'
import { openMongoPage, openMongoReads } from './reads.js'
import { openMongoUpsert } from './upsert.js'

export const mongoComparisons: readonly OpenComparison[] = [
  openMongoUpsert,
  openMongoEvents,
  openMongoBulk,
  openMongoReads,
  openMongoPage,
  openMongoGrowth,
  openWebhooksMongo,
]
export const mongoFigures: readonly TakeFigures[] = [takeMongoBulkCommands, takeMongoHotConversation]
