CREATE TABLE `promise` (
	`event_seq` integer NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`location_id` text NOT NULL,
	`service` text NOT NULL,
	`channel` text NOT NULL,
	`first` integer NOT NULL,
	`made_at` integer NOT NULL,
	`due_at` integer,
	`amount` integer,
	`outcome` text,
	`ended_at` integer,
	PRIMARY KEY(`event_seq`, `kind`),
	CONSTRAINT "promise_kind" CHECK(kind IN ('start_by', 'ready_by', 'price_not_above')),
	CONSTRAINT "promise_about" CHECK((due_at IS NULL) = (kind = 'price_not_above') AND (due_at IS NULL) <> (amount IS NULL)),
	CONSTRAINT "promise_outcome" CHECK(outcome IN ('kept', 'broken', 'replaced', 'withdrawn')),
	CONSTRAINT "promise_end" CHECK((outcome IS NULL) = (ended_at IS NULL))
);
--> statement-breakpoint
CREATE INDEX `promise_subject` ON `promise` (`subject`,`kind`);--> statement-breakpoint
CREATE INDEX `promise_location` ON `promise` (`location_id`,`made_at`);