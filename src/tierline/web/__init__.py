"""Pages and documents: what people read. No rule of the business lives here."""
