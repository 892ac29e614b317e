CREATE TABLE `work_invoice` (
	`order_id` text PRIMARY KEY NOT NULL,
	`total` integer NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `work_line` (
	`order_id` text NOT NULL,
	`line` integer NOT NULL,
	`version` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`amount` integer NOT NULL,
	`amount_most` integer NOT NULL,
	`optional` integer NOT NULL,
	`of_line` integer,
	`decision` text NOT NULL,
	`decided_at` integer,
	`worked_at` integer,
	`worked_by` text,
	`actual` integer,
	`billed` integer,
	PRIMARY KEY(`order_id`, `line`),
	CONSTRAINT "work_line_kind" CHECK(kind IN ('labour', 'part', 'tax', 'discount')),
	CONSTRAINT "work_line_sign" CHECK((kind = 'discount' AND amount <= 0) OR (kind <> 'discount' AND amount >= 0)),
	CONSTRAINT "work_line_decision" CHECK(decision IN ('open', 'approved', 'refused', 'lapsed')),
	CONSTRAINT "work_line_worked" CHECK(worked_at IS NULL OR decision = 'approved'),
	CONSTRAINT "work_line_billed" CHECK(billed IS NULL OR (decision = 'approved' AND billed <= amount_most))
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `work_model` (
	`location_id` text NOT NULL,
	`service` text NOT NULL,
	`model` text NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`location_id`, `service`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `work_order` (
	`id` text PRIMARY KEY NOT NULL,
	`reference` text NOT NULL,
	`location_id` text NOT NULL,
	`service` text NOT NULL,
	`status` text NOT NULL,
	`pause_reason` text,
	`pause_until` integer,
	`origin_id` text,
	`booking_id` text,
	`ticket_id` text,
	`channel` text NOT NULL,
	`contact` text,
	`items` text NOT NULL,
	`note` text,
	`assignee` text,
	`created_at` integer NOT NULL,
	`status_at` integer NOT NULL,
	`entries` integer NOT NULL,
	`load` integer NOT NULL,
	`ours_ms` integer NOT NULL,
	`waited_ms` integer NOT NULL,
	`promised_at` integer,
	`first_promised_at` integer,
	`often_at` integer,
	`due_at` integer,
	`revision` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL,
	CONSTRAINT "work_status" CHECK(status IN ('received', 'diagnosing', 'quoted', 'approved', 'scheduled', 'in_progress', 'paused', 'quality_check', 'ready', 'collected', 'closed', 'declined', 'quote_expired', 'cancelled', 'reopened')),
	CONSTRAINT "work_pause" CHECK((status = 'paused') = (pause_reason IS NOT NULL)),
	CONSTRAINT "work_over" CHECK((due_at IS NULL) = (status IN ('closed', 'cancelled', 'reopened'))),
	CONSTRAINT "work_clock" CHECK(ours_ms >= 0 AND waited_ms >= 0 AND ours_ms + waited_ms = status_at - created_at),
	CONSTRAINT "work_first_promise" CHECK(promised_at IS NULL OR first_promised_at IS NOT NULL),
	CONSTRAINT "work_promise_watched" CHECK(promised_at IS NULL OR due_at < promised_at OR status IN ('ready', 'collected', 'closed', 'reopened'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `work_order_reference` ON `work_order` (`reference`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `work_order_board` ON `work_order` (`location_id`,`due_at`,`id`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `work_order_over` ON `work_order` (`location_id`,`id`) WHERE due_at IS NULL;--> statement-breakpoint
CREATE TABLE `work_photo` (
	`id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`subject` text NOT NULL,
	`line` integer,
	`type` text NOT NULL,
	`bytes` integer NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	CONSTRAINT "work_photo_subject" CHECK(subject IN ('intake', 'line', 'handover')),
	CONSTRAINT "work_photo_line" CHECK((subject = 'line') = (line IS NOT NULL))
);
--> statement-breakpoint
CREATE INDEX `work_photo_order` ON `work_photo` (`order_id`,`id`);--> statement-breakpoint
CREATE TABLE `work_quote` (
	`order_id` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`price_limit` integer,
	`ceiling` integer,
	`made_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	PRIMARY KEY(`order_id`, `version`),
	CONSTRAINT "work_quote_status" CHECK(status IN ('open', 'decided', 'refused', 'expired', 'replaced', 'withdrawn')),
	CONSTRAINT "work_quote_ceiling" CHECK((status = 'decided') = (ceiling IS NOT NULL)),
	CONSTRAINT "work_quote_limit" CHECK(ceiling <= price_limit)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `work_quote_open` ON `work_quote` (`order_id`) WHERE status = 'open';--> statement-breakpoint
CREATE TABLE `work_setup` (
	`location_id` text PRIMARY KEY NOT NULL,
	`setup` text NOT NULL,
	`revision` integer NOT NULL
) WITHOUT ROWID;
