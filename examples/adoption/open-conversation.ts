/** What this example uses of a host's Prisma client, of any version. */
interface HostPrisma {
  readonly conversation: {
    findFirst(query: {
      where: Customer & { status: { in: ['OPEN', 'SNOOZED'] } }
      orderBy: { lastMessageAt: 'desc' }
    }): Promise<Row | null>
    create(query: { data: Customer & { lastMessageAt: Date } }): Promise<Row>
  }
}

interface Customer {
  pageConnectionId: string
  psid: string
}

interface Row {
  readonly id: string
  readonly status: string
}

/** Returns the active conversation of a customer, and opens one if there is none. Call it outside a transaction. */
export async function openConversation(prisma: HostPrisma, customer: Customer): Promise<Row> {
  for (;;) {
    const found = await prisma.conversation.findFirst({
      where: { ...customer, status: { in: ['OPEN', 'SNOOZED'] } },
      orderBy: { lastMessageAt: 'desc' },
    })
    if (found !== null) return found
    try {
      return await prisma.conversation.create({ data: { ...customer, lastMessageAt: new Date() } })
    } catch (error) {
      // Another message opened it at the same moment, and the loop reads it.
      if (Reflect.get(Object(error), 'code') !== 'P2002') throw error
    }
  }
}
