"""Events: announced with what they are about, published in one order, read, consumed, and sent as webhooks."""
