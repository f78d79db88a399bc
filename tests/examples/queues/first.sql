BEGIN TRANSACTION;
CREATE TABLE batches (
	id INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	destination INTEGER NOT NULL, 
	date DATE NOT NULL, 
	number INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	entries INTEGER NOT NULL, 
	total TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	md5 TEXT NOT NULL, 
	reserved TEXT, 
	frozen TEXT NOT NULL, 
	delivered TEXT, 
	error TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (destination, date, number), 
	FOREIGN KEY(run) REFERENCES runs (id), 
	FOREIGN KEY(destination) REFERENCES destinations (id)
);
INSERT INTO "batches" VALUES(1,1,1,'2026-03-31',1,'batch-2026-03-31-001.csv','delivered',2,'300',115,'079dd292a22182712a4e01e5628531e2564a20817bc27ac3fba5bc1965c05150','12631b81e20fd756f48a32ffe444c6b5',NULL,'2026-03-31T05:00:00.000000+00:00','2026-03-31T05:00:00.000000+00:00',NULL);
INSERT INTO "batches" VALUES(2,1,1,'2026-03-31',2,'batch-2026-03-31-002.csv','delivered',1,'300',81,'25290a1f2f5aefc6a5bc5c92045356d31775750f66ffcd60fcdb9a44cf8b6377','f0bcda452d2396b60aec60b07c546bd1',NULL,'2026-03-31T05:00:00.000000+00:00','2026-03-31T05:00:00.000000+00:00',NULL);
CREATE TABLE contents (
	batch INTEGER NOT NULL, 
	bytes BLOB NOT NULL, 
	PRIMARY KEY (batch), 
	FOREIGN KEY(batch) REFERENCES batches (id)
);
INSERT INTO "contents" VALUES(1,X'EFBBBF446174652C4465736372697074696F6E2C416D6F756E742C43617465676F72792C5265666572656E63650D0A323032362D30332D30312C456E74727920312C312E30302C426F6F6B732C52310D0A323032362D30332D30312C456E74727920322C322E30302C426F6F6B732C52320D0A');
INSERT INTO "contents" VALUES(2,X'EFBBBF446174652C4465736372697074696F6E2C416D6F756E742C43617465676F72792C5265666572656E63650D0A323032362D30332D30312C456E74727920332C332E30302C426F6F6B732C52330D0A');
CREATE TABLE destinations (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	place TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (kind, mark)
);
INSERT INTO "destinations" VALUES(1,'folder','8725f519e8e915cbbc49d3a7d7032589','/srv/team/var/export');
CREATE TABLE entries (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	date TEXT NOT NULL, 
	description TEXT NOT NULL, 
	amount BIGINT NOT NULL, 
	category TEXT NOT NULL, 
	reference TEXT NOT NULL, 
	confidence TEXT, 
	path TEXT NOT NULL, 
	content TEXT NOT NULL, 
	queued TEXT NOT NULL, 
	intake INTEGER NOT NULL, 
	line INTEGER NOT NULL, 
	batch INTEGER, 
	PRIMARY KEY (seq), 
	UNIQUE (id), 
	FOREIGN KEY(intake) REFERENCES intakes (id), 
	FOREIGN KEY(batch) REFERENCES batches (id)
);
INSERT INTO "entries" VALUES(1,'122cf728618aa49f3814b6c646260444-1','2026-03-01','Entry 1',100,'Books','R1',NULL,'scheduled','4fccaf836e415f57754eb994f9848531','2026-03-31T05:00:00.000000+00:00',1,2,1);
INSERT INTO "entries" VALUES(2,'26046f62fea097b89d1b280ff3a0d2e9-1','2026-03-01','Entry 2',200,'Books','R2',NULL,'scheduled','7634c920729f6df93af612f29f7400b3','2026-03-31T05:00:00.000000+00:00',1,3,1);
INSERT INTO "entries" VALUES(3,'7ed3bed73c4d3582421f9c3dbcf0660e-1','2026-03-01','Entry 3',300,'Books','R3',NULL,'scheduled','5239a82ca90de5948b520fcd5517197a','2026-03-31T05:00:00.000000+00:00',1,4,2);
INSERT INTO "entries" VALUES(4,'1f48c70b8e58eafebeec4af68c1d4a39-1','2026-03-01','Entry 4',400,'Books','R4','0.9','immediate','0a4b14c38b365d24cef499599063fe1e','2026-03-31T05:00:00.000000+00:00',2,2,NULL);
INSERT INTO "entries" VALUES(5,'f692def1aed4cb2e45ddfa41fd58e720-1','2026-03-01','Entry 5',500,'Books','R5','0.9','immediate','e099ae1d82344b1e1c7077f28e2aeb4e','2026-03-31T05:00:00.000000+00:00',2,3,NULL);
CREATE TABLE intakes (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	at TEXT NOT NULL, 
	added INTEGER NOT NULL, 
	known INTEGER NOT NULL, 
	rejected INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "intakes" VALUES(1,'in.csv','2026-03-31T05:00:00.000000+00:00',3,0,0);
INSERT INTO "intakes" VALUES(2,'in.csv','2026-03-31T05:00:00.000000+00:00',2,0,0);
CREATE TABLE leases (
	name TEXT NOT NULL, 
	fence INTEGER NOT NULL, 
	host TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	process TEXT NOT NULL, 
	since TEXT NOT NULL, 
	expires TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "leases" VALUES('exports',1,'books.example',4711,'','2026-03-31T05:00:00.000000+00:00','2026-03-31T05:00:00.000000+00:00');
CREATE TABLE queue (
	one INTEGER NOT NULL CHECK (one = 1), 
	id TEXT NOT NULL, 
	format INTEGER NOT NULL, 
	made TEXT NOT NULL, 
	PRIMARY KEY (one)
);
INSERT INTO "queue" VALUES(1,'ea764039074909457bf07645fc7b19f3',1,'2026-03-31T05:00:00.000000+00:00');
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	date DATE NOT NULL, 
	state TEXT NOT NULL, 
	started TEXT NOT NULL, 
	finished TEXT, 
	upto INTEGER NOT NULL, 
	cursor INTEGER NOT NULL, 
	cutoff TEXT NOT NULL, 
	settings TEXT NOT NULL, 
	host TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	retry TEXT, 
	error TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES(1,'daily','2026-03-31','done','2026-03-31T05:00:00.000000+00:00','2026-03-31T05:00:00.000000+00:00',3,3,'2026-03-31T04:30:00.000000+00:00','{"revision": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "uncommitted": {}, "values": [{"key": "DAILY_EXPORT_TIME", "value": "18:00", "version": 1, "uncommitted": false}, {"key": "EXPORT_TIMEZONE", "value": "Asia/Bangkok", "version": 1, "uncommitted": false}, {"key": "IMMEDIATE_EXPORT_BUFFER", "value": 30, "version": 1, "uncommitted": false}, {"key": "AI_CONFIDENCE_THRESHOLD", "value": 0.85, "version": 1, "uncommitted": false}, {"key": "MAX_BATCH_SIZE", "value": 2, "version": 1, "uncommitted": false}]}','books.example',4711,0,NULL,NULL);
CREATE UNIQUE INDEX runs_daily ON runs (date) WHERE kind = 'daily';
CREATE INDEX runs_date ON runs (kind, date);
CREATE INDEX runs_open ON runs (id) WHERE state != 'done';
CREATE INDEX batches_unfinished ON batches (run) WHERE state != 'delivered';
CREATE INDEX ix_batches_run ON batches (run);
CREATE INDEX entries_waiting ON entries (seq) WHERE batch IS NULL;
CREATE INDEX entries_immediate ON entries (queued) WHERE batch IS NULL AND path = 'immediate';
CREATE INDEX entries_reference ON entries (reference);
COMMIT;
