from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_about'),
    ]

    operations = [
        migrations.AddField(
            model_name='brokenglass',
            name='placed_in',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AlterField(
            model_name='brokenglass',
            name='area',
            field=models.CharField(blank=True, db_index=True, max_length=20),
        ),
    ]
