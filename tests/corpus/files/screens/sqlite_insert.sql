INSERT INTO journeys(journey_id,title,"action") VALUES('cd613e30-d8f1-4adf-91b7-584a2265b1f5','Welcome series','pause');
INSERT INTO journeys(journey_id,title,"action") VALUES('d95bafc8-f2a4-427b-9cf4-bb99f4bea973','Cart reminder','pause');
INSERT INTO journeys(journey_id,title,"action") VALUES('21636369-8b52-4b4a-97b7-50923ceb3ffd','Win-back','start');
