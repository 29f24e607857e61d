-- +goose Up

-- Which keys of the SAT's catalogues a company uses, and which rows bear one.
CREATE INDEX products_by_prod_serv ON products (tenant_id, activo, clave_prod_serv, id);
CREATE INDEX products_by_unidad ON products (tenant_id, activo, clave_unidad, id);
CREATE INDEX products_by_objeto ON products (tenant_id, activo, objeto_imp, id);
CREATE INDEX customers_by_regimen ON customers (tenant_id, activo, regimen_fiscal, id);
CREATE INDEX customers_by_uso ON customers (tenant_id, activo, uso_cfdi, id);
CREATE INDEX customers_by_codigo_postal ON customers (tenant_id, activo, codigo_postal, id);
