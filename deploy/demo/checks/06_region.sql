-- Wilayah tiap orang benar / the region of each person
-- over: last_records
SELECT l.token, l.region || ' instead of ' || coalesce(persons.region, 'nobody DTSEN knows') AS wrong
FROM last_records AS l
LEFT JOIN persons USING (token)
WHERE l.region IS DISTINCT FROM persons.region
