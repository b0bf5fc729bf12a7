import type { CollectionMigration } from 'conversation-store/migrations'

/**
 * This application's own collections, in addition to the platform's. Never edit a migration that has been released: add
 * a further version instead.
 */
export const appMigrations: readonly CollectionMigration[] = [
  {
    collectionName: 'saved_replies',
    name: '001-create-saved-replies-collection',
    description: 'Texts that agents answer with, by shortcut',
    version: '001',
    isPublic: false,
    isTenant: true,
    indexes: [
      {
        key: { accountId: 1, shortcut: 1 },
        options: { name: 'idx_saved_replies_shortcut', unique: true },
      },
    ],
  },
  {
    collectionName: 'saved_replies',
    name: '002-give-saved-replies-a-language',
    description: 'Every saved reply has a language; those without one are Vietnamese',
    version: '002',
    isPublic: false,
    isTenant: true,
    indexes: [
      {
        key: { accountId: 1, language: 1, shortcut: 1 },
        options: { name: 'idx_saved_replies_language' },
      },
    ],
    async up(db, collectionName, { batch, logger }) {
      const replies = db.collection(collectionName)
      // If a crash leaves this half done, the filter finds the rest again. The batch also remembers its place.
      const { documents } = await batch(
        { filter: { language: { $exists: false } }, projection: { _id: 1 } },
        (page, { session }) =>
          replies.updateMany(
            { _id: { $in: page.map(({ _id }) => _id) }, language: { $exists: false } },
            { $set: { language: 'vi' } },
            session === undefined ? {} : { session },
          ),
      )
      logger.info('saved replies were given a language', { documents })
    },
    async down(db, collectionName) {
      await db
        .collection(collectionName)
        .updateMany({ language: 'vi' }, { $unset: { language: '' } })
    },
  },
]
