-- Who may read which regions. A row 'ID' is the whole nation, '74' a province, '74.71' a regency and so on.
-- The owner of the tables, as whom the sink writes, is not bound by these policies.
CREATE TABLE region_reader (
    role   name NOT NULL,
    region text COLLATE "C" NOT NULL,
    PRIMARY KEY (role, region)
);

ALTER TABLE region_reader ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_regions ON region_reader FOR SELECT USING (role = current_user);

ALTER TABLE coverage_person ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_regions ON coverage_person FOR SELECT USING (
    ARRAY['ID', province, regency, left(region, 8), region]
        && (SELECT coalesce(array_agg(r.region::text), '{}') FROM region_reader r WHERE r.role = current_user)
);

ALTER TABLE coverage_gap ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_regions ON coverage_gap FOR SELECT USING (
    ARRAY['ID', province, regency, left(region, 8), region]
        && (SELECT coalesce(array_agg(r.region::text), '{}') FROM region_reader r WHERE r.role = current_user)
);

-- What was published while a person lived in a region belongs to that region.
ALTER TABLE coverage_person_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_regions ON coverage_person_history FOR SELECT USING (
    ARRAY['ID', left(region, 2), left(region, 5), left(region, 8), region]
        && (SELECT coalesce(array_agg(r.region::text), '{}') FROM region_reader r WHERE r.role = current_user)
);
