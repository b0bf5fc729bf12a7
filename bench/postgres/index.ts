import type { OpenComparison, TakeFigures } from '../comparison.js'
import { openWebhooksPostgres } from '../webhooks/postgres.js'
import { openPostgresBulk, openPostgresBulkPrisma } from './comparisons/bulk.js'
import { openPostgresCoalescing } from './comparisons/coalescing.js'
import { openPostgresEvents } from './comparisons/events.js'
import { openPostgresEventsDelayed } from './comparisons/events-delayed.js'
import {
  openPostgresGrowthEvents,
  openPostgresGrowthFind,
  openPostgresGrowthMarkRead,
  openPostgresGrowthUpsert,
} from './comparisons/growth.js'
import { openPostgresMarkRead } from './comparisons/mark-read.js'
import { openPostgresPage } from './comparisons/page.js'
import { openPostgresReads } from './comparisons/reads.js'
import { openPostgresFirstUpsert, openPostgresUpsert } from './comparisons/upsert.js'
import { takePostgresMarkReadRows } from './figures/mark-read.js'
import { takePostgresOverlap } from './figures/overlap.js'

export const postgresComparisons: readonly OpenComparison[] = [
  openPostgresUpsert,
  openPostgresFirstUpsert,
  openPostgresEvents,
  openPostgresEventsDelayed,
  openPostgresBulk,
  openPostgresBulkPrisma,
  openPostgresReads,
  openPostgresPage,
  openPostgresMarkRead,
  openPostgresGrowthUpsert,
  openPostgresGrowthEvents,
  openPostgresGrowthFind,
  openPostgresGrowthMarkRead,
  openPostgresCoalescing,
  openWebhooksPostgres,
]
export const postgresFigures: readonly TakeFigures[] = [takePostgresOverlap, takePostgresMarkReadRows]
